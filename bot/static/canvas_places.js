/** Where things lie in a triangle, and the shares of its corners; numbers run from 0 to 100, from the left bottom. */

const HEIGHT = Math.sqrt(3) / 2; // of a triangle with sides of 1: its 100 upwards are shorter than its 100 sideways
const CORNERS = [
  [50, 100],
  [0, 0],
  [100, 0],
];

/** A number within 0 and 100. */
export function hold(number) {
  return Math.min(100, Math.max(0, number));
}

/** A point within the triangle: itself, or the nearest one on an edge. */
export function holdInTriangle({ x, y }) {
  const shares = [y, 100 - x - y / 2, x - y / 2];
  if (shares.every((share) => share >= 0)) return { x, y };
  const near = CORNERS.map((from, at) => holdOnEdge([x, y], from, CORNERS[(at + 1) % 3]));
  near.sort((a, b) => a.away - b.away);
  return near[0];
}

function holdOnEdge([x, y], [fromX, fromY], [toX, toY]) {
  const along = [toX - fromX, (toY - fromY) * HEIGHT];
  const here = [x - fromX, (y - fromY) * HEIGHT];
  const part = (along[0] * here[0] + along[1] * here[1]) / (along[0] ** 2 + along[1] ** 2);
  const held = Math.min(1, Math.max(0, part));
  const point = { x: fromX + held * (toX - fromX), y: fromY + held * (toY - fromY) };
  return { ...point, away: Math.hypot(x - point.x, (y - point.y) * HEIGHT) };
}

/** The shares of top, left and right at a point of the triangle: whole numbers, together 100. */
export function shareOut({ x, y }) {
  const exact = [y, 100 - x - y / 2, x - y / 2].map(hold);
  const shares = exact.map(Math.floor);
  const order = [0, 1, 2].sort((a, b) => exact[b] - shares[b] - (exact[a] - shares[a]));
  const missing = 100 - shares[0] - shares[1] - shares[2];
  for (const at of order.slice(0, missing)) shares[at] += 1;
  return shares;
}

/** The point at which the corners have these shares. */
export function findPoint([top, , right]) {
  return { x: right + top / 2, y: top };
}

/** The shares after one of them was changed: the other two give or take, as they were to each other. */
export function rebalance(shares, at, share) {
  const [one, other] = [0, 1, 2].filter((each) => each !== at);
  const rest = 100 - share;
  const both = shares[one] + shares[other];
  const next = [...shares];
  next[at] = share;
  next[one] = both ? Math.round((rest * shares[one]) / both) : Math.round(rest / 2);
  next[other] = Math.round((rest - next[one]) * 100) / 100;
  return next;
}
