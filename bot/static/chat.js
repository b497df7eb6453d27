/** The chat page with script: no reloads, recordings, and nothing lost when the network is away. */

import { GoneError, fetchNew, listen, makeId } from "./api.js";
import { mount } from "./canvas.js";
import { Outbox } from "./outbox.js";
import { Recorder, canRecord, writeLength } from "./recorder.js";
import * as page from "./render.js";

const { texts } = page;
const typing = document.getElementById("typing");
const textBox = document.getElementById("text");
const upload = document.getElementById("upload");
const recorderBox = document.getElementById("recorder");
const touch = matchMedia("(pointer: coarse)").matches;

const outbox = new Outbox({
  sent: ({ id }) => {
    page.markSent(id);
    update();
  },
  retrying: ({ id }) => page.markSending(id),
  failed: ({ id }) => page.markFailed(id, () => outbox.retry()),
  refused: ({ id, undo }, sentence) => {
    for (const each of [{ id }, ...outbox.drop(id)]) page.removeOwn(each.id);
    page.closeQuestion(false);
    undo?.();
    page.showProblem(sentence);
  },
  gone: ({ id, undo }) => {
    page.removeOwn(id);
    undo?.();
    page.showProblem(texts.gone);
  },
});

const recorder = new Recorder(recorderBox, texts, {
  send: sendRecording,
  problem: page.showProblem,
  denied: (sentence) => {
    page.showProblem(sentence);
    upload.hidden = false;
  },
});

/**
 * Send a message and show it at once; answers its id. `undo` gives the teller back what the server did
 * not take; `after` is the id of a message without which this one means nothing.
 */
function send(content, shown, undo, after) {
  const id = makeId();
  let body = { id, ...content };
  if (content instanceof FormData) {
    content.set("id", id);
    body = content;
  }
  page.showProblem();
  page.addOwn(id, shown);
  outbox.add({ id, body, undo, after });
  return id;
}

/** Send what stands in the text box; answers the id of the message. */
function sendText() {
  const text = textBox.value;
  if (!text.trim()) {
    page.showProblem(texts.nothing);
    textBox.focus();
    return "";
  }
  page.closeQuestion(true);
  setText("");
  return send({ text }, text, () => setText(textBox.value ? `${text}\n${textBox.value}` : text));
}

function sendRecording(blob, seconds) {
  const form = new FormData();
  form.set("seconds", seconds.toFixed(1));
  form.set("voice", blob, "opname");
  page.closeQuestion(true);
  send(form, `${texts.voice} (${writeLength(seconds)})`, () => recorder.offer(blob, seconds));
}

function sendFile() {
  const file = upload.elements.voice.files[0];
  if (!file) return page.showProblem(texts.nothing);
  const form = new FormData();
  form.set("voice", file, "opname");
  page.closeQuestion(true);
  upload.reset();
  send(form, texts.voice);
}

function sendPhoto(form) {
  const input = form.elements.photo;
  if (!input.files[0]) return page.showProblem(texts.nothing);
  const body = new FormData();
  body.set("step", readStep());
  body.set("photo", input.files[0], "foto");
  page.closeQuestion(true);
  send(body, texts.photo);
}

function sendDay(form) {
  const { value } = form.elements.day;
  if (!value) return page.showProblem(texts.nothing);
  page.closeQuestion(true);
  send({ text: value }, value);
}

let drawing = null; // what the open question can be answered on by touch, if anything

/** Show what can be pointed at; the buttons that say the same are folded up. */
function prepareDrawing() {
  const form = page.findAnswer().querySelector(".draw");
  drawing = form && mount(form.querySelector(".touch"), texts, () => tellRule(form));
  if (!form) return;
  form.hidden = false;
  page.findAnswer().querySelector(".by-buttons").open = false;
}

function sendDrawing(form) {
  const answer = drawing.read();
  if (!answer) return tellRule(form, drawing.problem);
  page.closeQuestion(true);
  send({ ...answer, step: readStep() }, texts.point);
}

/** The step of the open question; undefined when it has none. */
function readStep() {
  return page.findAnswer().dataset.step || undefined;
}

function sendOptions(form, button) {
  const boxes = [...form.querySelectorAll("input:checked")];
  const { kind } = page.findAnswer().dataset;
  const step = readStep();
  const { min, max } = form.dataset;
  if (button.name === "choice") {
    const done = ["story", "text"].includes(kind) && button.value === "done";
    const told = done && textBox.value.trim() ? sendText() : undefined;
    if (kind === "story" && !done) clearOffered();
    send({ choice: button.value, step }, button.textContent.trim(), undefined, told);
  } else if (boxes.length < min) {
    return tellRule(form, max === "1" ? texts.nothing_chosen : texts.choose_least.replace("{min}", min));
  } else if (boxes.length > max) {
    return tellRule(form, texts.choose_most.replace("{max}", max));
  } else {
    const labels = boxes.map((box) => box.dataset.label);
    send({ choices: boxes.map((box) => box.value), step }, labels.join(", "));
  }
  page.closeQuestion(true);
}

/** Say that an answer was understood wrongly, with the button below what was said back. */
function sendCorrection(form, button) {
  page.closeQuestion(true);
  send({ choice: button.value, step: form.elements.step.value || undefined }, button.textContent.trim());
}

/** Say which rule of a question is broken; without a sentence, the rule as it was at first. */
function tellRule(form, sentence) {
  const rule = form.querySelector(".rule");
  if (!rule) return;
  rule.dataset.first ??= rule.textContent;
  const words = sentence ?? rule.dataset.first;
  if (rule.textContent !== words) rule.textContent = words; // the same words again would be read out again
  rule.classList.toggle("broken", Boolean(sentence));
}

function setText(text) {
  textBox.value = text;
  page.fitTextBox();
}

let offered = ""; // the text that was put in the box to be changed

/** Empty the text box when it holds what was put there, untouched. */
function clearOffered() {
  if (offered && textBox.value.trim() === offered.trim()) setText("");
  offered = "";
}

/** Fit everything around the text box to the open question. */
function prepare() {
  const { kind, typing: label, keyboard, draft } = page.findAnswer().dataset;
  document.getElementById("typing-label").textContent = label;
  textBox.inputMode = keyboard;
  document.body.dataset.kind = kind;
  recorderBox.hidden = !(canRecord() && (kind || recorder.busy));
  upload.hidden = canRecord() || !kind;
  prepareDrawing();
  page.fitTextBox();
  clearOffered();
  if (draft && !textBox.value) {
    setText(draft);
    offered = textBox.value; // with its own ends of lines
    textBox.focus();
  }
}

let updating = null;
let again = false;
let gone = false; // closed on this device, maybe in another tab

/** Fetch what is new; asked for in the middle of it, once more after that. */
async function update() {
  if (updating) {
    again = true;
    return;
  }
  updating = fetchNew(page.readLast());
  try {
    const { first, asked } = page.showNew(await updating);
    page.closeQuestion(outbox.full); // its answer may be under way already
    if (asked) prepare();
    page.turnTo(first, asked);
  } catch (error) {
    if (error instanceof GoneError) {
      gone = true;
      page.showProblem(texts.gone);
    } else {
      setTimeout(update, 3000);
    }
  }
  updating = null;
  if (again) {
    again = false;
    update();
  }
}

typing.addEventListener("submit", (event) => {
  event.preventDefault();
  if (event.submitter?.name === "choice") sendOptions(page.findAnswer().querySelector(".tap"), event.submitter);
  else sendText();
});
upload.addEventListener("submit", (event) => {
  event.preventDefault();
  sendFile();
});
document.addEventListener("submit", (event) => {
  if (event.target.matches(".log .correct")) {
    event.preventDefault();
    sendCorrection(event.target, event.submitter);
  }
  if (!event.target.matches("#answer form")) return;
  event.preventDefault();
  const deeds = { photo: sendPhoto, day: sendDay, draw: sendDrawing, tap: sendOptions };
  const deed = Object.keys(deeds).find((name) => event.target.classList.contains(name));
  deeds[deed](event.target, event.submitter);
});
document.addEventListener("change", (event) => {
  if (event.target.id === "photo") page.showPreview(event.target);
  const form = event.target.closest("#answer .tap");
  if (!form) return;
  const { max } = form.dataset;
  if (form.querySelectorAll("input:checked").length > max) {
    event.target.checked = false;
    tellRule(form, texts.choose_most.replace("{max}", max));
  } else {
    tellRule(form);
  }
});
textBox.addEventListener("input", page.fitTextBox);
textBox.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || touch) return;
  event.preventDefault();
  sendText();
});
addEventListener("beforeunload", (event) => {
  if (outbox.full || recorder.busy) event.preventDefault();
});

if (!touch) {
  document.getElementById("keys").hidden = false;
  textBox.setAttribute("aria-describedby", "keys");
}
page.measureEdges();
if (page.findAnswer().dataset.draft) offered = textBox.value;
prepare();
// An answer given before this script was there came by a form: the focus goes to the next question all the same.
page.turnTo(document.getElementById("now")?.closest("li"), location.hash === "#now");

let offline = 0;
listen(() => (gone ? null : page.readLast()), update, (there) => {
  clearTimeout(offline);
  const banner = document.getElementById("offline");
  if (there) banner.hidden = true;
  else offline = setTimeout(() => (banner.hidden = false), 2500); // a short gap is no news
});
