import { describe, expect, test } from '@jest/globals';
import { type EnginePlan, type Machine, planEngine } from './plan.ts';

const debian: Machine = {
  platform: 'linux',
  isRoot: true,
  hasClient: true,
  hasDaemon: true,
  hasAptGet: true,
};

const cases: readonly { title: string; machine: Machine; plan: EnginePlan }[] = [
  {
    title: 'an engine that answers is used, whoever asks',
    machine: { ...debian, isRoot: false, answers: '28.2.2' },
    plan: { kind: 'use', version: '28.2.2' },
  },
  {
    title: 'an installed engine is started by root',
    machine: debian,
    plan: { kind: 'start' },
  },
  {
    title: 'a missing engine is installed by root where there is apt-get',
    machine: { ...debian, hasClient: false, hasDaemon: false },
    plan: { kind: 'install-and-start' },
  },
  {
    title: 'a client without an engine counts as missing',
    machine: { ...debian, hasDaemon: false },
    plan: { kind: 'install-and-start' },
  },
  {
    title: 'a user who is not root is told how to start the engine',
    machine: { ...debian, isRoot: false },
    plan: {
      kind: 'none',
      why: 'no Docker engine responds, and starting one needs root: `sudo systemctl start docker`, or join the group `docker`',
    },
  },
  {
    title: 'a user who is not root is told how to install it',
    machine: { ...debian, isRoot: false, hasClient: false, hasDaemon: false },
    plan: {
      kind: 'none',
      why: 'Docker is not installed: `sudo apt-get install docker.io iptables`',
    },
  },
  {
    title: 'on another distribution the way to install it is left to its makers',
    machine: { ...debian, hasClient: false, hasDaemon: false, hasAptGet: false },
    plan: { kind: 'none', why: 'Docker is not installed: see https://docs.docker.com/engine/install/' },
  },
  {
    title: 'nothing is started in the place of an engine that DOCKER_HOST names',
    machine: { ...debian, dockerHost: 'tcp://10.0.0.7:2376' },
    plan: { kind: 'none', why: 'no Docker engine responds at DOCKER_HOST=tcp://10.0.0.7:2376' },
  },
  {
    title: 'on a Mac nothing is started',
    machine: { ...debian, platform: 'darwin', hasAptGet: false },
    plan: { kind: 'none', why: 'no Docker engine responds; start Docker Desktop' },
  },
];

describe('how the demo comes to a Docker engine', () => {
  test.each(cases)('$title', ({ machine, plan }) => {
    expect(planEngine(machine)).toEqual(plan);
  });
});
