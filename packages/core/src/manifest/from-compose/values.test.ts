import { expect, test } from '@jest/globals';
import { fargateSize, mebibytesOf, portOf, secondsOf } from './values.ts';

test.each([
  ['1m30s', 90],
  ['500ms', 1],
  ['1.5h', 5400],
  [10, 10],
  ['soon', undefined],
])('the duration %s is %s s', (given, seconds) => expect(secondsOf(given)).toBe(seconds));

test.each([
  ['512m', 512],
  ['1.5gb', 1536],
  ['2G', 2048],
  ['1k', 1],
  [1_048_577, 2],
  ['lots', undefined],
])('the size %s is %s MiB', (given, mebibytes) => expect(mebibytesOf(given)).toBe(mebibytes));

test.each([
  [0, 0, { cpu: '256', memory: '512' }],
  [256, 1100, { cpu: '256', memory: '2048' }],
  [100, 2049, { cpu: '512', memory: '3072' }],
  [9000, 100, { cpu: '16384', memory: '32768' }],
  [16_385, 0, undefined],
])('%s CPU units and %s MiB fit into %j', (cpu, memory, size) =>
  expect(fargateSize(cpu, memory)).toEqual(size),
);

test.each([
  [80, { mapping: { containerPort: 80 } }],
  ['8080:80', { mapping: { containerPort: 80 }, published: '8080' }],
  ['[::1]:8080:80/udp', { mapping: { containerPort: 80, protocol: 'udp' }, published: '8080' }],
  ['127.0.0.1::80', { mapping: { containerPort: 80 } }],
  ['3000-3005:4000-4005', { mapping: { containerPortRange: '4000-4005' }, published: '3000-3005' }],
  [
    { target: 80, published: '8080', protocol: 'tcp', name: 'web', app_protocol: 'http' },
    { mapping: { containerPort: 80, name: 'web', appProtocol: 'http' }, published: '8080' },
  ],
  [{ published: 80 }, undefined],
])('the port %j is %j', (given, port) => expect(portOf(given)).toEqual(port));
