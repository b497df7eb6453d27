/** Talks to the server: posts what the teller sends, fetches what is new, listens for news. */

/** The server does not take a message; its sentence says why. Sending it again would not help. */
export class RefusedError extends Error {}

/** The conversation is no longer open on this device. */
export class GoneError extends Error {}

const PATIENCE = { json: 20_000, upload: 180_000 }; // milliseconds
const PASSING = [408, 425, 429]; // client errors that may be over the next time

/** Send a message: an object as JSON, a FormData as an upload. Any other error means: try again. */
export async function post(body) {
  const upload = body instanceof FormData;
  const headers = { "Accept-Language": document.documentElement.lang };
  if (!upload) headers["Content-Type"] = "application/json";
  const response = await fetch("/api/chat/messages", {
    method: "POST",
    headers,
    body: upload ? body : JSON.stringify(body),
    signal: AbortSignal.timeout(upload ? PATIENCE.upload : PATIENCE.json),
  });
  const answer = await response.json().catch(() => ({}));
  if (response.ok) return;
  if (response.status === 401) throw new GoneError();
  if (response.status < 500 && !PASSING.includes(response.status)) {
    throw new RefusedError(answer.error ?? String(response.status));
  }
  throw new Error(`the server answered ${response.status}`);
}

/** The parts of the page that are new since message `after`, as a document. */
export async function fetchNew(after) {
  const response = await fetch(`/chat/messages?after=${after}`, {
    headers: { "Accept-Language": document.documentElement.lang },
    signal: AbortSignal.timeout(PATIENCE.json),
  });
  if (response.status === 401) throw new GoneError();
  if (!response.ok) throw new Error(`the server answered ${response.status}`);
  return new DOMParser().parseFromString(await response.text(), "text/html");
}

/**
 * Call `onNews` whenever there may be something new, `onConnection` with whether the server is there.
 * `readLast` gives the number of the last message known, or null once nobody listens any more.
 */
export function listen(readLast, onNews, onConnection) {
  if (readLast() === null) return;
  const source = new EventSource(`/api/chat/events?after=${readLast()}`);
  source.onopen = () => {
    onConnection(true);
    onNews();
  };
  source.onmessage = onNews;
  source.onerror = () => {
    onConnection(false);
    if (source.readyState === EventSource.CLOSED) {
      // The browser has given up (the server answered with an error); we have not.
      setTimeout(() => listen(readLast, onNews, onConnection), 3000);
      onNews();
    }
  };
}

/** A new id for a message: the same one at every try. */
export function makeId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16)); // randomUUID wants https
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
