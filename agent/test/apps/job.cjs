// A worker outside of any request, which sends the trace that a stored job came from.
fetch(`${process.env.NEXT}/leaf`, {
  headers: { traceparent: process.env.TRACEPARENT, 'x-correlation-id': 'order-7' },
}).then(async answer => console.log(await answer.text()))
