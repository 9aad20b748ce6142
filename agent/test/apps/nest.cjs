// Nest on express, its decorators called as functions.
require('reflect-metadata')
const { Controller, Get, HttpException, Module, Param } = require('@nestjs/common')
const { NestFactory } = require('@nestjs/core')

class Orders {
  one(id) {
    return { id }
  }
  throws() {
    throw new TypeError('no order')
  }
  async refuses() {
    throw new HttpException('sorry', 503)
  }
  teapot() {
    throw new HttpException('short and stout', 418)
  }
}

const method = (name, path, ...decorators) => {
  const descriptor = Object.getOwnPropertyDescriptor(Orders.prototype, name)
  for (const decorate of [Get(path), ...decorators]) decorate(Orders.prototype, name, descriptor)
}
method('one', ':id', (target, name) => Param('id')(target, name, 0))
method('throws', ':id/throws')
method('refuses', ':id/refuses')
method('teapot', ':id/teapot')
Controller('orders')(Orders)

class Shop {}
Module({ controllers: [Orders] })(Shop)

NestFactory.create(Shop, { logger: false }).then(async app => {
  app.setGlobalPrefix('api')
  const server = await app.listen(0, '127.0.0.1')
  console.log(`listening ${server.address().port}`)
})
