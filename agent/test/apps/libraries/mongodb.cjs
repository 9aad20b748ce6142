const { MongoClient } = require(process.env.MONGODB ?? 'mongodb')
const { listen } = require('./routes.cjs')

const client = new MongoClient(`mongodb://127.0.0.1:${process.env.MONGO_PORT}`, {
  serverApi: '1',
  serverSelectionTimeoutMS: 10_000,
})
const orders = client.db('shop').collection('orders')

listen({
  '/find': () => orders.find({ secret: 42 }, { projection: { _id: 0 } }).toArray(),
  '/insert': async () => (await orders.insertOne({ _id: 1, item: 'tea' })).insertedId,
  '/bad': () => orders.updateOne({ _id: 1 }, { $set: { item: 'milk' } }),
  '/admin': () => client.db('shop').command({ ping: 1 }),
})
