/// A collective that a caller has submitted.
struct Order {
  let lane: Lane
  let collective: any Collective
  let pending: Pending
}
