import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { startTestDevnet, type TestDevnet } from "./devnet.js";
import { finished, temporaryFolder } from "./harness.js";

/** A minute of a desktop: Matroska, H.264, 1280 x 720. */
const recording = fileURLToPath(new URL("../../../../../scripts/data/desktop.mkv", import.meta.url));
const SECONDS = 60;

/** The browser of the system: Debian's is built with H.264. */
const browserPath = ["chromium", "chromium-browser", "google-chrome"]
  .map((name) => spawnSync("which", [name], { encoding: "utf8" }).stdout.trim())
  .find((path) => path !== "");

interface Frame {
  /** Position in the recording, seconds. */
  readonly time: number;
  /** Sum of the picture's pixels, and their range: a picture that is not there is black. */
  readonly sum: number;
  readonly range: number;
}

/** What runs in the page: this program has no types of a browser. */
const PLAYER = `
var video = document.querySelector("video");
var failed = (reject) => () => reject(new Error(video.error ? video.error.message : "the player failed"));
var duration = (resolve, reject) => {
  if (video.error) return failed(reject)();
  if (video.readyState >= video.HAVE_METADATA) return resolve(video.duration);
  video.onerror = failed(reject);
  video.onloadedmetadata = () => resolve(video.duration);
};
var seek = (time) => (resolve, reject) => {
  video.onerror = failed(reject);
  video.onseeked = () => {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [video.videoWidth, video.videoHeight];
    const context = canvas.getContext("2d");
    context.drawImage(video, 0, 0);
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    let [sum, least, most] = [0, 255, 0];
    for (let i = 0; i < data.length; i += 4) {
      sum += data[i];
      least = Math.min(least, data[i]);
      most = Math.max(most, data[i]);
    }
    resolve({ time: video.currentTime, sum, range: most - least });
  };
  video.currentTime = time;
};
var play = (resolve, reject) => {
  const from = video.currentTime;
  video.muted = true;
  video.onerror = failed(reject);
  video.ontimeupdate = () => video.currentTime > from + 0.5 && resolve(video.currentTime - from);
  video.play().catch(reject);
};`;

describe("a session in a browser", function () {
  this.timeout(180_000);
  const folder = temporaryFolder();
  let devnet: TestDevnet;

  before(async function () {
    if (browserPath === undefined) this.skip();
    devnet = await startTestDevnet(join(folder.path, "devnet"));
  });

  after(async () => {
    if (browserPath === undefined) return;
    assert.equal((await devnet.stop()).code, 0);
    folder.remove();
  });

  it("is played and seeked in: the browser asks for ranges, and shows the picture of the place that it went to", async () => {
    const put = await devnet.lucid(["session", "put", recording, "--chunk-size", "64KiB", "--json"]);
    assert.equal(put.code, 0, put.stderr);
    const { sessionId } = JSON.parse(put.stdout) as { sessionId: string };
    const child = devnet.start(["session", "serve", sessionId, "--json"]);
    const end = finished(child);
    const line = new Promise<string>((resolve) =>
      createInterface({ input: child.stdout ?? process.stdin }).once("line", resolve),
    );
    const browser = await chromium.launch({
      ...(browserPath === undefined ? {} : { executablePath: browserPath }),
      args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
    });
    try {
      const { page: address } = JSON.parse(await line) as { page: string };
      const page = await browser.newPage();
      const answers: {
        readonly status: number;
        readonly start: number;
        readonly end: number;
        readonly size: number;
      }[] = [];
      const faults: string[] = [];
      page.on("response", async (response) => {
        if (!response.url().endsWith("/recording")) return;
        const range = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(response.headers()["content-range"] ?? "");
        const [start = -1, end = -1, size = -1] = range?.slice(1).map(Number) ?? [];
        answers.push({ status: response.status(), start, end, size });
      });
      page.on("pageerror", (error) => faults.push(error.message));
      page.on("console", (message) => {
        if (message.type() === "error" && !message.text().includes("favicon")) faults.push(message.text());
      });
      await page.goto(address);
      const duration = await page.evaluate<number>(`${PLAYER}; new Promise(duration)`);
      assert.ok(Math.abs(duration - SECONDS) < 0.5, `${duration} s`);
      const seek = (to: number) => page.evaluate<Frame>(`new Promise(seek(${to}))`);
      const late = await seek(52);
      const early = await seek(3);
      const again = await seek(52);
      for (const [frame, time] of [
        [late, 52],
        [early, 3],
        [again, 52],
      ] as const) {
        assert.ok(Math.abs(frame.time - time) < 0.2, `${frame.time} s instead of ${time}`);
        assert.ok(frame.range > 100, `a picture with a range of ${frame.range} of 255`);
      }
      assert.equal(again.sum, late.sum);
      assert.notEqual(early.sum, late.sum);
      // It goes on playing from there.
      const played = await page.evaluate<number>("new Promise(play)");
      assert.ok(played > 0.5);
      assert.ok(answers.length > 0 && answers.every(({ status }) => status === 206), JSON.stringify(answers));
      const { length } = readFileSync(recording);
      assert.ok(
        answers.every(({ size }) => size === length),
        JSON.stringify(answers),
      );
      // A part that holds the place that it went to. Where it begins is the player's choice, and depends on what has come by then.
      assert.ok(
        answers.some(({ start, end }) => start > 0 && end > length / 2),
        JSON.stringify(answers),
      );
      assert.deepEqual(faults, []);
    } finally {
      await browser.close();
      child.kill("SIGTERM");
    }
    assert.equal((await end).code, 0);
  });
});
