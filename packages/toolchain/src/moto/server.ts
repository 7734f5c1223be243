import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Account } from '@landfall/sandbox/testing/beside-moto/ask';
import { tool } from '../tools/tools.ts';

/** A moto that has nothing but what every AWS account starts with. */
interface MotoServer {
  readonly account: Account;
  stop(): Promise<void>;
}

/** Starts moto on a free loopback port. Throws an Error with what it said when it does not come up. */
export async function startMoto(root: string): Promise<MotoServer> {
  const server = spawn(await tool(root, 'moto_server'), ['-H', '127.0.0.1', '-p', '0'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const stop = async (): Promise<void> => {
    if (server.exitCode !== null || server.signalCode !== null) return;
    const ended = once(server, 'exit');
    server.kill();
    await ended;
  };
  try {
    const endpoint = await endpointOf(server);
    const account: Account = {
      endpoint,
      region: 'us-east-1',
      accessKeyId: 'AKIAEXAMPLE',
      vpc: await ofEc2(endpoint, 'DescribeVpcs', 'vpcId'),
      subnet: await ofEc2(endpoint, 'DescribeSubnets', 'subnetId'),
      securityGroup: await ofEc2(endpoint, 'DescribeSecurityGroups', 'groupId'),
      // moto knows no time: what it starts has started.
      timePasses: async () => undefined,
    };
    return { account, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function endpointOf(server: ChildProcess): Promise<string> {
  let said = '';
  // The loop keeps reading after the line that matters, or the pipe would fill and moto would stop.
  const lines = createInterface({ input: server.stderr! });
  return new Promise((resolve, reject) => {
    lines.on('line', (line) => {
      const running = /Running on (http:\/\/127\.0\.0\.1:\d+)/.exec(line);
      if (running) resolve(running[1]!);
      said = `${said}${line}\n`.slice(-4_000);
    });
    lines.on('close', () => reject(new Error(`moto did not come up:\n${said}`)));
    server.on('error', reject);
  });
}

/** The first identifier of what an account has in EC2, which moto wants for a network. */
async function ofEc2(endpoint: string, action: string, element: string): Promise<string> {
  const answer = await fetch(endpoint, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/x-www-form-urlencoded',
      // How moto determines which service and region are meant.
      Authorization: 'AWS4-HMAC-SHA256 Credential=AKIAEXAMPLE/20200101/us-east-1/ec2/aws4_request',
    },
    body: new URLSearchParams({ Action: action, Version: '2016-11-15' }).toString(),
  });
  const found = new RegExp(`<${element}>([^<]+)</${element}>`).exec(await answer.text());
  if (!found) throw new Error(`moto has no ${element}.`);
  return found[1]!;
}
