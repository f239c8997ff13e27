import { Module } from '@nestjs/common';
import { EventFollowers } from './following/event-followers.service.js';
import { LessonsController } from './ordering/lessons.controller.js';
import { LessonsModule } from './lessons.module.js';

/** The REST side, apart. */
@Module({
  imports: [LessonsModule],
  controllers: [LessonsController],
  providers: [EventFollowers],
})
export class LessonsHttpModule {}
