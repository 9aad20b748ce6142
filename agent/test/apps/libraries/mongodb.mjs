import { MongoClient } from 'mongodb'
import routes from './routes.cjs'

const client = new MongoClient(`mongodb://127.0.0.1:${process.env.MONGO_PORT}`, { serverApi: '1' })
routes.listen({ '/': () => client.db('shop').collection('orders').findOne({}) })
