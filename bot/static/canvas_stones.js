/** A square: where in it each of some stones lies, or that it does not belong. */

import { Drawing, fill, putBall, readNumber } from "./canvas_drawing.js";
import { watchKeys, watchPointer } from "./canvas_input.js";
import { hold } from "./canvas_places.js";

const MIDDLE = { x: 50, y: 50 };

export class Stones extends Drawing {
  #points; // of each stone: its place, null when it does not belong, undefined when neither was said
  #chosen = 0;

  constructor(root, texts) {
    super(root, texts);
    this.boxes = [...root.querySelectorAll(".off input")];
    this.picks = [...root.querySelectorAll(".pick")].map(makeButton);
    this.#points = this.balls.map((_, at) => this.#readFields(at));
    watchPointer(this.board, {
      grab: (ball) => {
        if (ball) this.#choose(this.balls.indexOf(ball));
        return ball && this.#points[this.#chosen];
      },
      held: () => this.balls[this.#chosen],
      place: (point) => this.#place(point),
      done: () => this.#goOn(),
    });
    this.balls.forEach((ball, at) => {
      ball.addEventListener("focus", () => this.#choose(at));
      watchKeys(ball, (dx, dy) => {
        const from = this.#points[at];
        this.#chosen = at;
        this.#place(from && (dx || dy) ? { x: from.x + dx, y: from.y + dy } : MIDDLE);
        this.onChange();
      });
    });
    this.picks.forEach((pick, at) => {
      pick.addEventListener("click", (event) => {
        this.#choose(at);
        if (event.detail === 0) this.balls[at].focus(); // by a key: arrows go on from here
      });
      const badge = pick.querySelector(".badge");
      watchPointer(this.board, { from: badge, place: (point) => this.#drag(at, point), done: () => this.#goOn() });
    });
    this.boxes.forEach((box, at) => box.addEventListener("change", () => this.#setAside(at, box.checked)));
    this.fields.forEach((field, number) => field.addEventListener("input", () => this.#type(number >> 1)));
    this.#goOn();
    this.#show();
  }

  get problem() {
    return this.texts.canvas_stones;
  }

  read() {
    if (this.#points.includes(undefined)) return null;
    return { points: this.#points.map((point) => point && [point.x, point.y]) };
  }

  #readFields(at) {
    if (this.boxes[at].checked) return null;
    const [x, y] = [this.fields[2 * at], this.fields[2 * at + 1]].map(readNumber);
    return x === null || y === null ? undefined : { x, y };
  }

  #choose(at) {
    this.#chosen = at;
    this.#show();
  }

  #place({ x, y }) {
    this.#points[this.#chosen] = { x: Math.round(hold(x)), y: Math.round(hold(y)) };
    this.boxes[this.#chosen].checked = false;
    this.#show();
  }

  /** From the list a stone goes into the square, not to its edge. */
  #drag(at, point) {
    this.#chosen = at;
    if ([point.x, point.y].every((share) => share >= 0 && share <= 100)) this.#place(point);
  }

  #setAside(at, aside) {
    this.#points[at] = aside ? null : undefined;
    for (const field of this.fields.slice(2 * at, 2 * at + 2)) field.value = "";
    this.#chosen = at;
    if (aside) this.#goOn();
    else this.#show();
    this.onChange();
  }

  #type(at) {
    this.boxes[at].checked = false;
    this.#points[at] = this.#readFields(at);
    this.#chosen = at;
    this.#show(at);
    this.onChange();
  }

  /** The next stone to which nothing was done yet is the next to get a place. */
  #goOn() {
    const next = this.#points.indexOf(undefined);
    if (next >= 0) this.#choose(next);
    else this.#show();
    this.onChange();
  }

  #show(typing) {
    this.#points.forEach((point, at) => {
      putBall(this.balls[at], point ?? null, point?.y, this.#describe(point));
      this.balls[at].classList.toggle("chosen", at === this.#chosen);
      this.picks[at].setAttribute("aria-pressed", String(at === this.#chosen));
      this.picks[at].classList.toggle("placed", point !== undefined);
      if (at === typing || !point) return;
      [this.fields[2 * at].value, this.fields[2 * at + 1].value] = [point.x, point.y];
    });
    const name = this.balls[this.#chosen].getAttribute("aria-label");
    const next = this.#points[this.#chosen] ? this.texts.canvas_move : fill(this.texts.canvas_how_stones, { stone: name });
    this.say(".how", this.#points.includes(undefined) ? next : this.texts.canvas_move_stones);
  }

  #describe(point) {
    if (point === null) return this.texts.canvas_off;
    if (!point) return this.texts.canvas_unset;
    const [x, y] = [point.x, point.y].map(Math.round);
    return fill(this.texts.canvas_at, { right: this.name("right"), x, top: this.name("top"), y });
  }
}

/** What can be chosen with script is a button; without, it is only a name. */
function makeButton(name) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = name.className;
  button.append(...name.childNodes);
  name.replaceWith(button);
  return button;
}
