/**
 * Answering by touch: a triangle, a line, or a square with stones; by a tap, by dragging, by keys, by numbers.
 * The number fields hold the answer; nothing is chosen before somebody chooses.
 */

import { Dyad } from "./canvas_dyad.js";
import { Stones } from "./canvas_stones.js";
import { Triad } from "./canvas_triad.js";

/**
 * Make a drawing (an element `.touch`) work. Answers an object with `read()`, which gives the answer as the
 * API takes it or null when it is not whole, and `problem`, which then says what is missing. `onChange` is
 * called whenever somebody changed something.
 */
export function mount(root, texts, onChange = () => {}) {
  root.classList.add("live");
  const numbers = root.querySelector(".numbers");
  numbers.open = Boolean(numbers.querySelector(".wrong"));
  const kinds = { triad: Triad, dyad: Dyad, stones: Stones };
  const drawing = new kinds[root.dataset.kind](root, texts);
  drawing.onChange = onChange; // not before: what was there already is no change
  return drawing;
}
