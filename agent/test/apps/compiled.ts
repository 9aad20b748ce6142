// Ends by an error thrown in a function that the test's compiler has moved.
interface Order {
  readonly id: number
}

function pay(order: Order): never {
  throw new Error(`order ${order.id}`)
}

setImmediate(() => pay({ id: 1 }))
