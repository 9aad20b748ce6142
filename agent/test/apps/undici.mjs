import { request } from 'undici'

const answer = await request(`${process.env.NEXT}/leaf`, { headers: { 'x-a': '1' } })
process.stdout.write(await answer.body.text())
