import assert from "node:assert/strict";
import { Slots } from "../../../src/localApi/slots.js";

describe("slots", () => {
  it("run so many at a time, queue in order, and refuse the rest", async () => {
    const slots = new Slots(2, 2);
    const [first, second] = [await slots.acquire(), await slots.acquire()];
    const order: string[] = [];
    const third = slots.acquire().then((release) => {
      order.push("third");
      return release;
    });
    const fourth = slots.acquire().then((release) => {
      order.push("fourth");
      return release;
    });
    await assert.rejects(slots.acquire(), { code: "LOCAL_BUSY" });
    assert.deepEqual(order, []);
    first();
    first();
    const releaseThird = await third;
    assert.deepEqual(order, ["third"]);
    second();
    const releaseFourth = await fourth;
    releaseThird();
    releaseFourth();
    (await slots.acquire())();
  });
});
