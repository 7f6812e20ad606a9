/**
 * How a native call reaches a JavaScript callback, and what that throws comes back.
 *
 * One native function pointer serves all analyzers: koffi has a limited number of them. Calls into the library are
 * nested and never overlap in JavaScript, so which callback is meant is kept here, not in the library: an analyzer and
 * a callback that refers to it can be collected together.
 */
import { copyEvent, registerDocumentCallback } from './native.js';

/** @typedef {(event: import('./native.js').DocumentEvent) => void} DocumentCallback */

/** @typedef {{ callback: () => DocumentCallback | undefined, kept?: { thrown: unknown } }} Call */

/** The innermost native call that may run a callback. @type {Call | undefined} */
let current;

/** @type {bigint | undefined} */
let registered;

/** The native function pointer. It is never unregistered, since the library may hold it until the process ends. */
export function trampoline() {
  registered ??= registerDocumentCallback((_userData, event) => run(/** @type {Call} */ (current), event));
  return registered;
}

/**
 * Makes a native call during which the callback may run, as it is set then; throws what that threw.
 *
 * @param {() => number} nativeCall
 * @param {() => DocumentCallback | undefined} callback
 */
export function during(nativeCall, callback) {
  const outer = current;
  /** @type {Call} */
  const call = { callback };
  current = call;
  let status;
  try {
    status = nativeCall();
  } finally {
    current = outer;
  }
  if (call.kept) throw call.kept.thrown;
  return status;
}

/**
 * @param {Call} call
 * @param {bigint} event
 */
function run(call, event) {
  try {
    call.callback()?.(copyEvent(event));
    return 0;
  } catch (thrown) {
    call.kept = { thrown };
    return 1;
  }
}
