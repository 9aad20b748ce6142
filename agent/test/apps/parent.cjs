// A child by fork, which inherits the flag, and one by spawn, which gets it from NODE_OPTIONS.
const { fork, spawn } = require('node:child_process')
const { join } = require('node:path')
const child = join(__dirname, 'work-and-end.cjs')

fork(child, { env: { ...process.env, TELL: 'end' } }).on('exit', code => {
  console.log(`fork ${code}`)
  const env = { ...process.env, TELL: 'throw', NODE_OPTIONS: '--require @hodoscope/agent' }
  spawn(process.execPath, [child], { env, stdio: 'ignore' }).on('exit', code => console.log(`spawn ${code}`))
})
