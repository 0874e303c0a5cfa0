#!/usr/bin/env node
// Only what the oldest Node understands stands here, so that it can say what is wrong.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`dltrain needs Node 20.19 or later, and this is ${process.versions.node}\n`);
  process.exitCode = 2;
} else {
  const { main } = await import('./cli.js');
  process.exitCode = await main(process.argv.slice(2));
  // Whatever a failed run left open must not keep the process.
  setTimeout(() => process.exit(), 2000).unref();
}
