/** Changes the page: messages under way, what the server has new, where the focus goes. */

const log = document.getElementById("log");
const problem = document.getElementById("problem");
const textBox = document.getElementById("text");

let shown = null; // the first of the messages that came last

const MOST_COVERED = 0.55; // of the window, by header and text box; with more, they scroll along

export const texts = JSON.parse(document.getElementById("chat").dataset.texts);

/** The number of the last message in the page that the server knows of. */
export function readLast() {
  return Number(log.dataset.last);
}

/** The part of the page in which the open question is answered; it is replaced with every question. */
export function findAnswer() {
  return document.getElementById("answer");
}

/** Show a message of the teller that is on its way. */
export function addOwn(id, text) {
  const item = document.createElement("li");
  item.className = "teller";
  item.dataset.id = id;
  const bubble = document.createElement("div");
  bubble.className = "bubble";
  bubble.dir = "auto";
  bubble.append(Object.assign(document.createElement("span"), { className: "unseen", textContent: `${texts.you}: ` }));
  bubble.append(text);
  const state = document.createElement("p");
  state.className = "sending";
  item.append(bubble, state);
  log.append(item);
  markSending(id);
  item.scrollIntoView({ block: "end" });
}

/** Say of a message that it is under way. */
export function markSending(id) {
  setState(id, "sending", texts.sending);
}

/** Say of a message that it did not arrive, with a button to try again. */
export function markFailed(id, retry) {
  const button = Object.assign(document.createElement("button"), { type: "button", textContent: texts.try_again });
  button.addEventListener("click", retry);
  setState(id, "failed", `${texts.not_sent} `, button);
}

/** Say of a message that it arrived. */
export function markSent(id) {
  setState(id, "sent");
}

/** Take a message away that the server did not take. */
export function removeOwn(id) {
  findOwn(id)?.remove();
}

/** Show a sentence above the text box; none takes it away. */
export function showProblem(sentence = "") {
  problem.hidden = !sentence;
  problem.textContent = sentence;
  if (sentence) problem.scrollIntoView({ block: "nearest" });
}

/** Close the open question while its answer is under way, or open it again. */
export function closeQuestion(closed) {
  for (const fields of findAnswer().querySelectorAll("fieldset")) fields.disabled = closed;
}

/** Put what is new in the page; answers the first new message of the bot, and whether the question changed. */
export function showNew(part) {
  if (part.getElementById("log").dataset.chat !== log.dataset.chat) {
    location.reload(); // another tab of this device began a new conversation
    return {};
  }
  const fresh = [];
  for (const item of part.querySelectorAll("#log > li")) {
    if (Number(item.dataset.n) <= readLast()) continue;
    const own = item.dataset.id && findOwn(item.dataset.id);
    if (own) own.replaceWith(item);
    else log.insertBefore(item, log.querySelector("li[data-state]"));
    fresh.push(item);
  }
  log.dataset.last = Math.max(readLast(), Number(part.getElementById("log").dataset.last));
  document.getElementById("wait")?.remove();
  document.getElementById("progress").replaceWith(part.getElementById("progress"));
  const answer = part.getElementById("answer");
  const asked = answer.dataset.n !== findAnswer().dataset.n;
  if (asked) findAnswer().replaceWith(answer);
  return { first: fresh.find((item) => item.classList.contains("bot")), asked };
}

/** Show the photo that was chosen; nothing where the browser cannot read it. */
export function showPreview(input) {
  const preview = input.parentElement.querySelector(".preview");
  URL.revokeObjectURL(preview.src);
  preview.hidden = true;
  if (!input.files[0]) return;
  preview.onload = () => (preview.hidden = false);
  preview.src = URL.createObjectURL(input.files[0]);
}

/** Fit the text box to its text. */
export function fitTextBox() {
  textBox.style.height = "auto";
  textBox.style.height = `${textBox.scrollHeight + 2}px`;
}

/** Bring what is new into view, and the focus to a new question, unless somebody is typing. */
export function turnTo(first, asked) {
  shown = first ?? shown;
  first?.scrollIntoView({ block: "start" });
  const { n, kind } = findAnswer().dataset;
  if (!asked || !n) return;
  const typing = document.activeElement === textBox;
  if (typing && (["story", "text"].includes(kind) || textBox.value)) return;
  if (document.activeElement?.closest("#recorder, nav")) return;
  document.querySelector(`#m${n} .bubble`)?.focus({ preventScroll: true });
}

/** Let the style know how much of the window the header and the text box cover, and when that is too much. */
export function measureEdges() {
  const root = document.documentElement;
  const edges = ["bar", "composer"].map((id) => document.getElementById(id));
  const measure = () => {
    const heights = edges.map((edge) => edge.getBoundingClientRect().height);
    edges.forEach((edge, at) => root.style.setProperty(`--${edge.id}`, `${heights[at]}px`));
    const cramped = heights[0] + heights[1] > MOST_COVERED * innerHeight;
    if (cramped === root.classList.contains("cramped")) return;
    root.classList.toggle("cramped", cramped);
    // All has moved: show again what was being looked at.
    if (document.activeElement === textBox) textBox.scrollIntoView({ block: "nearest" });
    else shown?.scrollIntoView({ block: "start" });
  };
  const observer = new ResizeObserver(measure);
  for (const edge of edges) observer.observe(edge);
  addEventListener("resize", measure);
  measure();
}

function setState(id, state, ...words) {
  const line = findOwn(id)?.querySelector(".sending"); // none once the server's own version stands there
  if (!line) return;
  line.parentElement.dataset.state = state;
  line.replaceChildren(...words);
}

function findOwn(id) {
  return log.querySelector(`li[data-id="${CSS.escape(id)}"]`);
}
