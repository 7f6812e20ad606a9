import { check } from './native.js';

/**
 * Owns a native object that must not be freed while a call uses it. If a callback closes the object of its own call,
 * the object is freed when that call has ended.
 */
export class Handle {
  #pointer;
  #name;
  #free;
  #calls = 0;
  #isClosed = false;

  /**
   * @param {bigint} pointer
   * @param {string} name
   * @param {(pointer: bigint) => void} free
   */
  constructor(pointer, name, free) {
    this.#pointer = pointer;
    this.#name = name;
    this.#free = free;
  }

  /**
   * Calls a function of the library that returns a status.
   *
   * @param {(pointer: bigint) => number} function_
   */
  call(function_) {
    if (this.#isClosed) throw new Error(`the ${this.#name} is closed`);
    this.#calls++;
    try {
      check(function_(this.#pointer));
    } finally {
      this.#calls--;
      if (this.#isClosed) this.#freeIfUnused();
    }
  }

  close() {
    if (!this.#isClosed) {
      this.#isClosed = true;
      this.#freeIfUnused();
    }
  }

  #freeIfUnused() {
    if (this.#calls === 0) this.#free(this.#pointer);
  }
}

/** Closes the handles of objects that became unreachable. @type {FinalizationRegistry<Handle>} */
export const forgotten = new FinalizationRegistry((handle) => handle.close());
