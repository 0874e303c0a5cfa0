import process from 'node:process';

/**
 * Whether the same tests run under another Node as well, before this one: `npm test -- --all-nodes` says so.
 * What does not depend on the Node, and takes long, is then left out or done less often. (A name that began with
 * DLTRAIN_ would be a key of every config.)
 */
export const isSecondNode = process.env.TEST_ON_SECOND_NODE === '1';
