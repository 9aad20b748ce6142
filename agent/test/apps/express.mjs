import Database from 'better-sqlite3'
import express, { Router } from 'express'

const db = new Database(':memory:')
db.exec('create table orders (id integer primary key)')
const orders = Router()
orders.get('/:id', (req, res) => res.json(db.prepare('select * from orders where id = 1').all()))
const app = express()
app.use('/orders', orders)
const server = app.listen(0, '127.0.0.1', () => console.log(`listening ${server.address().port}`))
