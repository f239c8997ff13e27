import { Module } from '@nestjs/common';
import { EventFollowers } from './event-followers.service.js';
import { LessonsController } from './lessons.controller.js';
import { LessonsModule } from './lessons.module.js';

/** The REST side, apart. */
@Module({
  imports: [LessonsModule],
  controllers: [LessonsController],
  providers: [EventFollowers],
})
export class LessonsHttpModule {}
