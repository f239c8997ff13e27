import { Module } from '@nestjs/common';
import { SourcesModule } from '../../platform/sources/index.js';
import { SignalNamespaces } from './keeping/signal-namespaces.service.js';
import { PushAnswers } from './pushing/push-answers.service.js';
import { SignalPushes } from './pushing/signal-pushes.service.js';
import { SignalService } from './reading/signal.service.js';
import { RefreshAhead } from './refreshing/refresh-ahead.service.js';
import { FeedParser } from './sourcing/feed-parser.service.js';
import { runtimeProvider } from './types/runtime.provider.js';
import { SIGNALS_RUNTIME } from './types/runtime.js';
import { SignalWarmer } from './warming/signal-warmer.service.js';

/** Provides `SignalService`. */
@Module({
  imports: [SourcesModule],
  providers: [
    runtimeProvider,
    FeedParser,
    SignalNamespaces,
    SignalService,
    PushAnswers,
    SignalPushes,
    RefreshAhead,
    SignalWarmer,
  ],
  exports: [SignalService, SignalPushes, SignalNamespaces, SignalWarmer, SIGNALS_RUNTIME],
})
export class SignalsModule {}
