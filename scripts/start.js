/** `npm start`: the command, with the MNIST example unless another config is named. */
import path from 'node:path';
import process from 'node:process';
import { launch } from './launch.js';
import { root } from './workspace.js';

// npm runs scripts in the root; paths on its command line are meant from where it was typed.
if (process.env.INIT_CWD) process.chdir(process.env.INIT_CWD);

const args = process.argv.slice(2);
const example = path.relative(process.cwd(), path.join(root, 'examples', 'mnist-mlp.yaml'));
const namesConfig = args[0] !== undefined && !args[0].startsWith('-') && !args[0].includes('=');
const isAboutCommand = args.some((arg) => ['--help', '-h', '--version', '-V'].includes(arg));
await launch(namesConfig || isAboutCommand ? args : [example, ...args]);
