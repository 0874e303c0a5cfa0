import { join } from 'node:path';
import { eventLine, eventsFileName, readEvents } from '@dltrain/runtime';
import { checkIsRun } from '../run-directory.js';
import { writeOut } from '../terminal.js';

/** `dltrain events RUN`: the event log as one JSON object a line. */
export async function events(run: string): Promise<number> {
  checkIsRun(run, eventsFileName);
  for await (const event of readEvents(join(run, eventsFileName))) {
    if (!(await writeOut(`${eventLine(event)}\n`))) break;
  }
  return 0;
}
