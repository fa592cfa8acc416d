// An OTLP endpoint that takes everything, after a delay in ms, and keeps nothing.
import { createServer } from 'node:http'

const delay = Number(process.argv[2])
const server = createServer((request, response) => {
  request.resume().on('end', () => setTimeout(() => response.end('{}'), delay))
})
server.listen(0, '127.0.0.1', () => process.send(server.address().port))
process.on('disconnect', () => process.exit())
