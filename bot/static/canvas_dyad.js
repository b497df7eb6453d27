/** A line: how near to each of two ends. Its handle is the browser's own, for keys and for readers of screens. */

import { Drawing, fill, putBall, readNumber } from "./canvas_drawing.js";
import { watchPointer } from "./canvas_input.js";
import { hold } from "./canvas_places.js";

const CENTRE = 5; // so far from the middle is still about the middle

export class Dyad extends Drawing {
  #place = null;

  constructor(root, texts) {
    super(root, texts);
    this.range = root.querySelector("input[type=range]");
    watchPointer(this.board, {
      grab: () => this.#place !== null && { x: this.#place, y: 50 },
      held: () => this.range,
      place: ({ x }) => this.#put(Math.round(hold(x))),
      done: () => this.onChange(),
    });
    this.range.addEventListener("input", () => {
      this.#put(Number(this.range.value));
      this.onChange();
    });
    this.range.addEventListener("keydown", (event) => {
      if (event.key !== " " || this.#place !== null) return;
      event.preventDefault();
      this.#put(50);
      this.onChange();
    });
    const [field] = this.fields;
    field.addEventListener("input", () => {
      const typed = readNumber(field);
      if (typed === null) return;
      this.#put(typed, true);
      this.onChange();
    });
    field.addEventListener("change", () => this.#place !== null && this.#put(this.#place));
    const typed = readNumber(field);
    if (typed !== null) this.#put(typed);
    else this.#show();
  }

  read() {
    return this.#place === null ? null : { point: { x: this.#place, y: 50 } };
  }

  #put(place, typing = false) {
    this.#place = place;
    this.range.value = place;
    if (!typing) this.fields[0].value = place;
    this.#show();
  }

  #show() {
    const set = this.#place !== null;
    const words = set ? this.#describe(this.#place) : this.texts.canvas_unset;
    putBall(this.balls[0], set ? { x: this.#place, y: 50 } : null);
    this.range.setAttribute("aria-valuetext", words);
    this.say(".how", set ? this.texts.canvas_move : this.texts.canvas_how_dyad);
    this.say(".readout", set ? words : "");
  }

  #describe(place) {
    if (Math.abs(place - 50) <= CENTRE) return this.texts.canvas_middle;
    const [name, share] = place > 50 ? [this.name("right"), place] : [this.name("left"), 100 - place];
    return fill(this.texts.canvas_mostly, { name, share });
  }
}
