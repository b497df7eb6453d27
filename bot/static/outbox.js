/** Sends the teller's messages one after the other, in order, each again under its own id until it arrived. */

import { GoneError, RefusedError, post } from "./api.js";

const PAUSES = [1000, 2000, 4000]; // milliseconds before each new try; after that the teller is told
const LONG_PAUSE = 20_000;

export class Outbox {
  #waiting = [];
  #busy = false;
  #wake = () => {};

  /** `on` holds what to call with a message: sent, failed, retrying, refused (also with a sentence), gone. */
  constructor(on) {
    this.on = on;
    addEventListener("online", () => this.retry());
  }

  /** Whether something has not arrived yet. */
  get full() {
    return this.#waiting.length > 0;
  }

  /** Send a message: {id, body, …}; `after` names one before it, without which it is not to be sent. */
  add(message) {
    this.#waiting.push(message);
    this.#drain();
  }

  /** Take out what was to be sent after a message only, and answer it. */
  drop(id) {
    const dropped = this.#waiting.filter((message) => message.after === id);
    this.#waiting = this.#waiting.filter((message) => message.after !== id);
    return dropped;
  }

  /** Try what failed again, now. */
  retry() {
    this.#wake();
  }

  async #drain() {
    if (this.#busy) return;
    this.#busy = true;
    while (this.#waiting.length) {
      const message = this.#waiting[0];
      const outcome = await this.#deliver(message);
      this.#waiting.shift();
      outcome(message);
    }
    this.#busy = false;
  }

  async #deliver(message) {
    for (let tries = 0; ; tries += 1) {
      try {
        await post(message.body);
        return this.on.sent;
      } catch (error) {
        if (error instanceof RefusedError) return (it) => this.on.refused(it, error.message);
        if (error instanceof GoneError) return this.on.gone;
      }
      if (tries >= PAUSES.length) this.on.failed(message);
      await this.#rest(PAUSES[tries] ?? LONG_PAUSE);
      this.on.retrying(message);
    }
  }

  #rest(milliseconds) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
