#!/usr/bin/env node
import { sandboxCommand } from './command.ts';

process.exitCode = await sandboxCommand(process.argv.slice(2), process.env);
