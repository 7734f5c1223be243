import {
  ApplicationAutoScalingClient,
  DeleteScalingPolicyCommand,
  DeregisterScalableTargetCommand,
  DescribeScalableTargetsCommand,
  DescribeScalingPoliciesCommand,
  PutScalingPolicyCommand,
  RegisterScalableTargetCommand,
} from '@aws-sdk/client-application-auto-scaling';
import type { AutoScaling } from '@landfall/core/world/aws';
import { openApi } from '../call/open-api.ts';
import { autoScalingCalls } from '../calls/auto-scaling.ts';
import { type Connection, clientConfiguration } from '../connection.ts';
import { type Commands, sdkSend } from '../sdk-send.ts';

const commands: Commands<AutoScaling> = {
  DescribeScalableTargets: DescribeScalableTargetsCommand,
  RegisterScalableTarget: RegisterScalableTargetCommand,
  DeregisterScalableTarget: DeregisterScalableTargetCommand,
  DescribeScalingPolicies: DescribeScalingPoliciesCommand,
  PutScalingPolicy: PutScalingPolicyCommand,
  DeleteScalingPolicy: DeleteScalingPolicyCommand,
};

export function openAutoScaling(connection: Connection, region: string): AutoScaling {
  const client = new ApplicationAutoScalingClient(
    clientConfiguration(connection, 'APPLICATION_AUTO_SCALING', region),
  );
  return openApi(
    { service: 'application-autoscaling', region, send: sdkSend(client, commands) },
    autoScalingCalls,
    connection,
  );
}
