/** What must hold of what a reader accepts; an assertion that fails is a bug in the reader. */
import assert from 'node:assert/strict';
import { decodeSafetensors, encodeSafetensors } from '@dltrain/nn';
import { eventLine } from '@dltrain/runtime';
import { StateError } from '@dltrain/core';

/** @import { Dataset, IdxArray } from '@dltrain/data' */
/** @import { TrainEvent, WeightsManifest } from '@dltrain/runtime' */
/** @import { WeightArray } from '@dltrain/nn' */

/** @param {readonly number[]} shape */
function elementsOf(shape) {
  assert.ok(shape.every((size) => Number.isSafeInteger(size) && size >= 0));
  return shape.reduce((product, size) => product * size, 1);
}

/** @param {IdxArray} array */
export function checkIdx({ shape, data }) {
  assert.equal(data.length, elementsOf(shape));
}

/** @param {Dataset} dataset */
export function checkCsv({ length, inputs, targets }) {
  assert.ok(length > 0);
  assert.equal(inputs.data.length, length * elementsOf(inputs.shape));
  assert.ok(inputs.data.every((value) => Number.isFinite(value)));
  if (targets === null) return;
  assert.equal(targets.data.length, length * elementsOf(targets.shape));
  const { classNames } = targets;
  if (classNames === undefined) return;
  assert.equal(new Set(classNames).size, classNames.length);
  assert.ok(targets.data.every((index) => index >= 0 && index < classNames.length));
}

/**
 * @param {Map<string, WeightArray>} weights
 * @param {Buffer} bytes
 */
export function checkWeights(weights, bytes) {
  let total = 0;
  for (const { dtype, shape, data } of weights.values()) {
    assert.equal(data.length, elementsOf(shape));
    assert.ok(data instanceof (dtype === 'f32' ? Float32Array : Float64Array));
    total += data.byteLength;
  }
  assert.ok(total <= 2 * bytes.length);
  const again = storedAndRead(weights);
  if (again === null) return;
  assert.deepEqual(new Set(again.keys()), new Set(weights.keys()));
  for (const [name, { shape, data }] of weights) {
    assert.deepEqual(again.get(name)?.shape, shape);
    // By value: every NaN is stored as the same one.
    assert.ok(again.get(name)?.data.every((value, i) => Object.is(value, data[i])));
  }
}

/** @param {Map<string, WeightArray>} weights */
function storedAndRead(weights) {
  try {
    return decodeSafetensors(encodeSafetensors(weights));
  } catch (error) {
    // JSON can name half a surrogate pair, which UTF-8 cannot.
    if (error instanceof StateError && error.message.includes('the name')) return null;
    throw error;
  }
}

const bytesOf = { f32: 4, f64: 8, i32: 4, u8: 1, bool: 1 };

/** @param {WeightsManifest} manifest */
export function checkManifest({ weights, step, configSha256, weightsSha256 }) {
  assert.ok(Number.isSafeInteger(step) && step >= 0);
  for (const hash of [configSha256, weightsSha256]) assert.match(hash, /^[0-9a-f]{64}$/);
  const ranges = weights.map(({ dtype, shape, byteOffset, byteLength }) => {
    assert.equal(byteLength, elementsOf(shape) * bytesOf[dtype]);
    return { start: byteOffset, end: byteOffset + byteLength };
  });
  const filled = ranges.filter(({ start, end }) => start < end).sort((a, b) => a.start - b.start);
  filled.forEach(({ start }, i) => assert.ok(start >= (filled[i - 1]?.end ?? 8)));
  assert.equal(new Set(weights.map(({ name }) => name)).size, weights.length);
}

/**
 * What is looked at of the manifest of a checkpoint.
 *
 * @typedef {object} CheckpointManifest
 * @property {{ step: number, epoch: number, stepOfEpoch: number, trainedSamples: number, trainingMs: number,
 *   validatedStep: number | null }} progress
 * @property {readonly (readonly [string, string])[]} identity
 * @property {readonly { name: string, byteLength: number, sha256: string }[]} files
 * @property {readonly { name: string, updates: number }[]} updates
 * @property {{ events: number, metrics: number }} logs
 */

/**
 * One that was read is written so that it reads back the same.
 *
 * @param {CheckpointManifest} manifest
 * @param {CheckpointManifest} again
 */
export function checkCheckpoint(manifest, again) {
  assert.deepEqual(again, manifest);
  const { progress, identity, files, updates, logs } = manifest;
  const { step, epoch, stepOfEpoch, trainedSamples } = progress;
  const lengths = files.map(({ byteLength }) => byteLength);
  const counts = [step, epoch, stepOfEpoch, trainedSamples, logs.events, logs.metrics, ...lengths];
  assert.ok(counts.every((count) => Number.isSafeInteger(count) && count >= 0));
  assert.ok(Math.max(stepOfEpoch, progress.validatedStep ?? 0) <= step);
  assert.ok(updates.every((one) => one.updates <= step));
  // A file is looked for beside the manifest, and nowhere else.
  for (const { name, sha256 } of files) {
    assert.equal(/[^\w.-]/.exec(name), null);
    assert.match(sha256, /^[0-9a-f]{64}$/);
  }
  for (const names of [files.map(({ name }) => name), updates.map(({ name }) => name)]) {
    assert.equal(new Set(names).size, names.length);
  }
  assert.equal(new Set(identity.map(([key]) => key)).size, identity.length);
}

/**
 * Who holds the lock of a run directory.
 *
 * @typedef {object} LockHolder
 * @property {string} token
 * @property {number} pid
 * @property {string} host
 * @property {string | null} started
 * @property {string | null} boot
 * @property {string} since
 */

/**
 * Whoever holds a lock can be named in a line, however it is written.
 *
 * @param {LockHolder} holder
 * @param {string | null} complaint what is said to who cannot take it; null where it can be taken
 */
export function checkLock({ token, pid, host, started, boot, since }, complaint) {
  assert.ok(Number.isSafeInteger(pid) && pid > 0);
  for (const text of [token, host, since]) assert.equal(typeof text, 'string');
  for (const text of [started, boot]) assert.ok(text === null || typeof text === 'string');
  if (complaint === null) return;
  assert.ok(complaint.length < 1000);
  assert.equal(/[^ -~]/.exec(complaint), null);
}

/** An event that was read can be written as a line, for whoever watches. @param {TrainEvent} event */
export function checkEvent(event) {
  const line = eventLine(event);
  assert.equal(/[\n\u001b\0]/.exec(line), null);
  assert.ok(line.startsWith(`{"event":"${event.event}"`));
  JSON.parse(line);
}

/**
 * A config that was read is printed so that it reads back the same.
 *
 * @param {unknown} config
 * @param {unknown} again
 */
export function checkConfig(config, again) {
  assert.deepEqual(again, config);
}
