import type { ExecuteCommandRequest, ExecuteCommandResponse } from '@aws-sdk/client-ecs';
import { handlersOf } from '../../../../api/handlers.ts';
import { clusterArn, nameOf } from '../../model/arns.ts';
import { invalid } from '../../model/faults.ts';
import { findCluster } from '../lookup.ts';
import type { Operation, Operations } from '../operations.ts';

const ExecuteCommand: Operation<ExecuteCommandRequest, ExecuteCommandResponse> = ({ ecs }, input) => {
  const cluster = findCluster(ecs, input.cluster);
  if (typeof input.task !== 'string' || input.task === '') throw invalid('Task cannot be empty.');
  if (typeof input.command !== 'string' || input.command === '') throw invalid('Command cannot be empty.');
  if (input.interactive !== true) throw invalid('Interactive is the only mode supported currently.');
  const task = ecs.state.tasks.get(nameOf(input.task));
  if (task === undefined || task.cluster !== cluster.name)
    throw invalid('The referenced task was not found.');
  if (input.container === undefined && task.containers.length > 1) {
    throw invalid('The container name must be specified for a task with several containers.');
  }
  const container = task.containers.find(({ name }) => name === (input.container ?? name));
  if (container === undefined) {
    throw invalid(`The container ${input.container} does not exist in the task.`);
  }
  if (!task.enableExecuteCommand || container.lastStatus !== 'RUNNING') {
    throw invalid(
      'The execute command failed because execute command was not enabled when the task was run or the execute command agent isn’t running. Wait and try again or run a new task with execute command enabled and try again.',
    );
  }
  const sessionId = `ecs-execute-command-${ecs.ids.task().slice(0, 26)}`;
  return {
    clusterArn: clusterArn(ecs.place, cluster.name),
    taskArn: task.arn,
    containerArn: container.arn,
    containerName: container.name,
    interactive: true,
    session: {
      sessionId,
      streamUrl: `wss://ssmmessages.${ecs.place.region}.amazonaws.com/v1/data-channel/${sessionId}?role=publish_subscribe`,
      tokenValue: ecs.ids.task(),
    },
  };
};

/**
 * ECS Exec, as far as ECS itself answers: what must be there for a session, and the session's address. Behind
 * it is Systems Manager, which is not part of the sandbox: nothing answers there.
 */
export const executeCommandOperations = (operations: Operations) =>
  handlersOf(operations, {
    ExecuteCommand,
  });
