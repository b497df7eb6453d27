/** What fingers, mice and keys do on a drawing, as places in it: x and y from 0 to 100, from the left bottom. */

const STEP = { small: 2, large: 10 }; // of 100, with an arrow key

/**
 * Call `place` with every place touched on a board, and while dragging; `done` when that ends. `grab` is called
 * at the beginning with the ball touched, if any, and answers where that lies: it is dragged from there, so
 * that it does not jump to the finger, and when it is only touched nothing is placed. `held` gives what keys
 * move then. `from` is where it begins, when not on the board itself.
 */
export function watchPointer(board, { from = board, grab = () => null, held, place, done = () => {} }) {
  const figure = board.querySelector("svg");
  let finger = null;
  let offset = { x: 0, y: 0 };
  let placed = false;

  const locate = ({ clientX, clientY }) => {
    const box = figure.getBoundingClientRect();
    return {
      x: (100 * (clientX - box.left)) / box.width,
      y: (100 * (box.bottom - clientY)) / box.height,
    };
  };
  from.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || !event.isPrimary) return;
    const ball = event.target.closest(".ball:not(.unset)");
    const lies = grab(ball);
    const here = locate(event);
    finger = event.pointerId;
    placed = false;
    offset = ball && lies ? { x: lies.x - here.x, y: lies.y - here.y } : { x: 0, y: 0 };
    from.setPointerCapture(finger);
    if (from !== board) return;
    placed = !ball;
    if (placed) place(here);
    held().focus({ preventScroll: true, focusVisible: false });
  });
  // The focus stays where it was put, and no text is selected.
  from.addEventListener("mousedown", (event) => from === board && event.preventDefault());
  from.addEventListener("pointermove", (event) => {
    if (event.pointerId !== finger) return;
    placed = true;
    const here = locate(event);
    place({ x: here.x + offset.x, y: here.y + offset.y });
  });
  for (const end of ["pointerup", "pointercancel"]) {
    from.addEventListener(end, (event) => {
      if (event.pointerId !== finger) return;
      finger = null;
      if (placed) done();
    });
  }
}

/** Call `move` with how far a key moves a ball; with nothing for a key that puts it in the middle. */
export function watchKeys(ball, move) {
  ball.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const step = event.shiftKey ? STEP.large : STEP.small;
    const moves = {
      ArrowUp: [0, step],
      ArrowDown: [0, -step],
      ArrowLeft: [-step, 0],
      ArrowRight: [step, 0],
      PageUp: [0, STEP.large],
      PageDown: [0, -STEP.large],
      Home: [0, 0],
    };
    if (ball.classList.contains("unset")) Object.assign(moves, { " ": [0, 0], Enter: [0, 0] });
    if (!(event.key in moves)) return;
    event.preventDefault();
    move(...moves[event.key]);
  });
}
