/** What may go wrong in a scenario; a run can be limited to some of it. */
export const faults = {
  byzantine: "up to a third of the validators lie",
  hunt: "the liars are at the top of the schedule and the votes of a step reach a chosen few",
  twins: "one key runs on two nodes",
  loss: "up to 30 % of the messages are lost",
  delay: "messages take up to 6 s",
  duplicate: "messages come twice, the second time up to 4 s later",
  partition: "some nodes are cut off for up to 200 s",
  crash: "nodes stop at any moment and start again from what they wrote",
  skew: "clocks are up to 1 s off",
  slowExecution: "blocks take up to 3 s to execute",
  weights: "voters differ in weight, and the next epoch's set in weights and members",
  mesh: "gossip travels over a sparse mesh, in several hops",
  halt: "more than a third stops for some slots, over the end of an epoch",
  clockAhead: "a node's clock is up to an hour ahead for a minute, in which nobody reaches it",
  slowBlocks: "every block takes 6 to 10 s to execute, in peace as well",
  silentTop: "from 31 nodes on, the liars are silent at the top of the ranking",
  epochEdge: "the run begins just before the end of an epoch",
} as const satisfies Record<string, string>;
export type Fault = keyof typeof faults;

export const faultNames = Object.keys(faults) as readonly Fault[];
