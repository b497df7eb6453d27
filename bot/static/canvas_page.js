/** The touch page: its drawing, and what a Telegram Mini App brings and needs. */

import { mount } from "./canvas.js";

const TELEGRAM = "https://web.telegram.org";

// Telegram hands over who opened the Mini App behind the # of the address; its own script is not loaded.
const initData = new URLSearchParams(location.hash.slice(1)).get("tgWebAppData") ?? "";

/** Tell the app around this page something, in whichever of its three ways is there. */
function tell(eventType, eventData = {}) {
  const written = JSON.stringify({ eventType, eventData });
  if (window.TelegramWebviewProxy) window.TelegramWebviewProxy.postEvent(eventType, JSON.stringify(eventData));
  else if (window.external && "notify" in window.external) window.external.notify(written);
  else if (window.parent !== window) window.parent.postMessage(written, TELEGRAM);
}

function begin(main) {
  const texts = JSON.parse(main.dataset.texts);
  const form = main.querySelector("form");
  const problem = main.querySelector(".problem");
  const drawing = mount(main.querySelector(".touch"), texts, () => (problem.hidden = true));
  const brought = Object.assign(document.createElement("input"), { type: "hidden", name: "init_data", value: initData });
  form.append(brought);
  let sent = false;
  form.addEventListener("submit", (event) => {
    const whole = event.submitter?.name === "way" || drawing.read();
    if (sent || !whole) event.preventDefault();
    problem.hidden = Boolean(whole);
    problem.textContent = whole ? "" : drawing.problem;
    if (whole) sent = true;
    else problem.scrollIntoView({ block: "nearest" });
  });
  addEventListener("pageshow", () => (sent = false)); // back from the next page, maybe to choose anew
}

tell("web_app_ready");
tell("web_app_expand");
tell("web_app_setup_swipe_behavior", { allow_vertical_swipe: false }); // dragging down must not close the page
const main = document.getElementById("canvas");
if (main) begin(main);
else if (document.getElementById("notice").dataset.notice === "done") tell("web_app_close");
