#!/usr/bin/env node
import { runCli } from './run.ts';

// The AWS SDK announces in every process that it will want Node 22 in 2027, which is no news to whoever runs a command.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
process.exitCode = await runCli(process.argv.slice(2));
