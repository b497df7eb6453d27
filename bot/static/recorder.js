/** Records a voice note: start, stop, listen back, send. */

const TYPES = ["audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus"];
const BITS = 32_000; // a second; speech needs no more, and an hour stays below 16 MB
const LONGEST = 3600; // seconds

/** Whether this browser can record here (it cannot over plain http). */
export function canRecord() {
  return Boolean(navigator.mediaDevices?.getUserMedia && window.MediaRecorder);
}

export class Recorder {
  #root;
  #texts;
  #machine = null;
  #stream = null;
  #context = null;
  #lock = null;
  #timer = 0;
  #begun = 0;
  #kept = false;
  #recording = null;

  /** `on` holds what to call: send(blob, seconds), problem(sentence), denied(). */
  constructor(root, texts, on) {
    this.#root = root;
    this.#texts = texts;
    this.on = on;
    const deeds = {
      start: () => this.#start(),
      stop: () => this.#stop(true),
      cancel: () => this.#stop(false),
      again: () => this.#start(),
      discard: () => this.reset(),
      send: () => this.#send(),
    };
    root.addEventListener("click", (event) => deeds[event.target.closest("[data-do]")?.dataset.do]?.());
  }

  /** Whether a recording runs or waits to be sent. */
  get busy() {
    return this.#root.dataset.state !== "idle";
  }

  /** Back to the one big button. */
  reset() {
    this.#forget();
    this.#show("idle", "start");
  }

  /** Show a recording again that could not be sent. */
  offer(blob, seconds) {
    this.#forget();
    this.#recording = { blob, seconds };
    this.#find("audio").src = URL.createObjectURL(blob);
    this.#show("check", "send");
  }

  async #start() {
    this.#forget();
    this.on.problem("");
    try {
      this.#stream = await navigator.mediaDevices.getUserMedia({
        audio: { channelCount: 1, echoCancellation: true, noiseSuppression: true, autoGainControl: true },
      });
    } catch (error) {
      this.reset();
      this.on.denied(error.name === "NotAllowedError" ? this.#texts.record_denied : this.#texts.record_failed);
      return;
    }
    const chunks = [];
    const mimeType = TYPES.find((type) => MediaRecorder.isTypeSupported(type));
    this.#machine = new MediaRecorder(this.#stream, { mimeType, audioBitsPerSecond: BITS });
    this.#machine.ondataavailable = (event) => event.data.size && chunks.push(event.data);
    this.#machine.onstop = () => this.#finish(new Blob(chunks, { type: this.#machine.mimeType }));
    this.#machine.start(1000);
    this.#begun = performance.now();
    this.#kept = false;
    this.#find(".state").textContent = this.#texts.recording;
    this.#show("running", "stop");
    this.#measure();
    this.#lock = await navigator.wakeLock?.request("screen").catch(() => null);
  }

  #stop(keep) {
    if (this.#machine?.state !== "recording") return;
    this.#kept = keep;
    this.#machine.stop();
  }

  #finish(blob) {
    const seconds = this.#seconds();
    const keep = this.#kept;
    this.#release();
    if (!keep) return this.reset();
    if (!blob.size) {
      this.reset();
      return this.on.problem(this.#texts.record_empty);
    }
    this.offer(blob, seconds);
    if (seconds >= LONGEST) this.on.problem(this.#texts.record_long);
  }

  #send() {
    const { blob, seconds } = this.#recording;
    this.reset();
    this.on.send(blob, seconds);
  }

  /** Keep the clock and the level up to date while recording. */
  #measure() {
    this.#context = new AudioContext();
    const analyser = this.#context.createAnalyser();
    analyser.fftSize = 1024;
    this.#context.createMediaStreamSource(this.#stream).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    this.#timer = setInterval(() => {
      analyser.getFloatTimeDomainData(samples);
      const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
      const decibels = 10 * Math.log10(power + 1e-9); // speech lies between about -50 and -10
      this.#find(".level").value = Math.min(100, Math.max(0, (decibels + 60) * 2));
      this.#find(".time").textContent = writeLength(this.#seconds());
      if (this.#seconds() >= LONGEST) this.#stop(true);
    }, 150);
  }

  #seconds() {
    return (performance.now() - this.#begun) / 1000;
  }

  #release() {
    clearInterval(this.#timer);
    this.#stream?.getTracks().forEach((track) => track.stop());
    this.#context?.close();
    this.#lock?.release().catch(() => {});
    this.#stream = this.#context = this.#lock = null;
  }

  #forget() {
    const player = this.#find("audio");
    if (player.src) URL.revokeObjectURL(player.src);
    player.removeAttribute("src");
    this.#recording = null;
  }

  #show(state, focus) {
    const inside = this.#root.contains(document.activeElement);
    this.#root.dataset.state = state;
    if (inside) this.#find(`[data-do="${focus}"]`).focus();
  }

  #find(selector) {
    return this.#root.querySelector(selector);
  }
}

/** Seconds as minutes and seconds. */
export function writeLength(seconds) {
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}
