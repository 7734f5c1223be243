import type { CloudWatchLogs } from '@landfall/core/world/aws';
import type { CallTable } from '../call/call-table.ts';

export const logsCalls: CallTable<CloudWatchLogs> = {
  DescribeLogGroups: { kind: 'read', answer: { logGroups: 'objects' } },
  GetLogEvents: { kind: 'read', answer: { events: 'objects', nextForwardToken: 'string' } },
  FilterLogEvents: { kind: 'read', answer: { events: 'objects' } },
};
