/** A triangle: how much of each of three corners. */

import { Drawing, fill, putBall, readNumber } from "./canvas_drawing.js";
import { watchKeys, watchPointer } from "./canvas_input.js";
import { findPoint, holdInTriangle, rebalance, shareOut } from "./canvas_places.js";

const MOSTLY = 60; // from this share on, a corner is named alone
const LITTLE = 20; // below this share, a corner is not named

export class Triad extends Drawing {
  #point = null;
  #before = [0, 0, 0]; // the shares when a field got the focus: what the other two are to each other

  constructor(root, texts) {
    super(root, texts);
    this.names = ["top", "left", "right"].map((side) => this.name(side));
    watchPointer(this.board, {
      grab: () => this.#point,
      held: () => this.balls[0],
      place: (point) => this.#place(point),
      done: () => this.onChange(),
    });
    const middle = findPoint([100 / 3, 100 / 3, 100 / 3]);
    watchKeys(this.balls[0], (dx, dy) => {
      this.#place(this.#point && (dx || dy) ? { x: this.#point.x + dx, y: this.#point.y + dy } : middle);
      this.onChange();
    });
    this.fields.forEach((field, at) => {
      field.addEventListener("focus", () => (this.#before = this.#shares ?? [0, 0, 0]));
      field.addEventListener("input", () => this.#type(at));
      field.addEventListener("change", () => this.#point && this.#show());
    });
    const typed = this.fields.map(readNumber);
    if (typed.every((share) => share !== null) && Math.round(typed[0] + typed[1] + typed[2]) === 100) {
      this.#point = holdInTriangle(findPoint(typed));
    }
    this.#show();
  }

  read() {
    return this.#point && { point: findPoint(this.#shares) };
  }

  get #shares() {
    return this.#point && shareOut(this.#point);
  }

  #place(point) {
    this.#point = holdInTriangle(point);
    this.#show();
  }

  #type(at) {
    const share = readNumber(this.fields[at]);
    if (share === null) return;
    this.#point = holdInTriangle(findPoint(rebalance(this.#before, at, Math.round(share))));
    this.#show(at);
    this.onChange();
  }

  /** Show the point everywhere but in the field that is being typed in. */
  #show(typing) {
    const shares = this.#shares;
    const words = shares ? this.#describe(shares) : this.texts.canvas_unset;
    putBall(this.balls[0], this.#point, shares?.[0], words);
    this.say(".how", shares ? this.texts.canvas_move : this.texts.canvas_how_triad);
    this.say(".readout", shares ? words : "");
    if (!shares) return;
    this.fields.forEach((field, at) => {
      if (at !== typing) field.value = shares[at];
    });
  }

  #describe(shares) {
    const order = [0, 1, 2].sort((a, b) => shares[b] - shares[a]);
    const [most, next, least] = order;
    if (shares[most] >= MOSTLY) {
      return fill(this.texts.canvas_mostly, { name: this.names[most], share: shares[most] });
    }
    if (shares[least] < LITTLE) {
      return fill(this.texts.canvas_between, { a: this.names[most], b: this.names[next] });
    }
    return this.texts.canvas_middle;
  }
}
