/**
 * Runs JavaScript callbacks for native calls, and rethrows their exceptions in the caller.
 *
 * One native function pointer serves all analyzers, because koffi has a limited number of them. Native calls are nested
 * and never overlap in JavaScript, so this module can know the callback of the innermost call. The library does not
 * know it, so an analyzer and a callback that refers to it can be collected together.
 */
import { copyEvent, registerDocumentCallback } from './native.js';

/** @typedef {(event: import('./native.js').DocumentEvent) => void} DocumentCallback */

/** @typedef {{ callback: () => DocumentCallback | undefined, kept?: { thrown: unknown } }} Call */

/** The innermost native call during which a callback may run. @type {Call | undefined} */
let current;

/** @type {bigint | undefined} */
let registered;

/** Returns the native function pointer. It stays registered, because the library may use it until the process ends. */
export function trampoline() {
  registered ??= registerDocumentCallback((_userData, event) => run(/** @type {Call} */ (current), event));
  return registered;
}

/**
 * Makes a native call during which the current callback may run, and rethrows the exception of the callback.
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
