/** What all drawings have in common: the words around them, their balls, and the number fields that hold the answer. */

export class Drawing {
  onChange = () => {};

  constructor(root, texts) {
    this.root = root;
    this.texts = texts;
    this.board = root.querySelector(".board");
    this.balls = [...root.querySelectorAll(".ball")];
    this.fields = [...root.querySelectorAll(".numbers input")];
  }

  get problem() {
    return this.texts.canvas_where;
  }

  name(side) {
    return this.root.querySelector(`.end.${side}`).textContent.trim();
  }

  say(selector, words) {
    const place = this.root.querySelector(selector);
    if (place.textContent !== words) place.textContent = words;
  }
}

/** Put a ball at a point; without one it is not there, unless the focus is on it. */
export function putBall(ball, point, now = 0, words = "") {
  ball.classList.toggle("unset", !point);
  ball.style.setProperty("--x", point ? point.x / 100 : 0.5);
  ball.style.setProperty("--y", point ? 1 - point.y / 100 : 0.5);
  if (ball.getAttribute("role") !== "slider") return; // a range beside it says it all
  ball.setAttribute("aria-valuenow", Math.round(now));
  ball.setAttribute("aria-valuetext", words);
}

/** The number in a field, from 0 to 100; null when there is none. */
export function readNumber(field) {
  const number = Number(field.value);
  return field.value.trim() === "" || !(number >= 0 && number <= 100) ? null : number;
}

/** A text of the page with its `{placeholders}` filled in. */
export function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (_, key) => values[key]);
}
