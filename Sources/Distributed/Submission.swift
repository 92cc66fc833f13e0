/// A collective that a caller has submitted to a queue.
struct Submission {
  let queue: CollectiveQueue
  let collective: any Collective
  let pending: Pending
}
