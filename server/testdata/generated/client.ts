// Asks a server for an address, its zones and two refusals, through the types that
// openapi-typescript makes of openapi.json: node client.js URL TOKEN ADDRESS.
import createClient from 'openapi-fetch'
import type { paths } from './perimetre.js'

declare const process: { argv: string[] }
const [, , server, token, address] = process.argv as [string, string, string, string, string]

const open = createClient<paths>({ baseUrl: server })
const found = await open.GET('/search', { params: { query: { q: address, zonages: 'qpv' } } })
const place = found.data?.features[0]
if (!place) throw new Error(`search: ${found.response.status}`)
console.log('address', place.properties.id)
console.log('qpv', place.properties.qpv_statut)

const bad = await open.GET('/search', { params: { query: { q: ' ' } } })
console.log('refused', bad.error?.code)

const [lon, lat] = place.geometry.coordinates as [number, number]
const query = { lon, lat }
const closed = await open.GET('/api/v1/zones', { params: { query } })
console.log('refused', closed.error?.code)

const signed = createClient<paths>({ baseUrl: server, headers: { Authorization: `Bearer ${token}` } })
const zones = await signed.GET('/api/v1/zones', { params: { query } })
console.log('commune', zones.data?.commune?.code)
