// Package server is the product over HTTP: it puts together the rooms below it. httpio
// reads requests, access says who asks and what they may do, packs holds the edition in
// service; people, figures and studies are the use cases, jobs the work behind them; api
// and pages are their two faces, ogc and tiles the faces of the maps' data.
//
// Every route is in register, with who may call it. A handler returns an error, which one
// place (httpio.ProblemOf) turns into a status and a French sentence.
package server
