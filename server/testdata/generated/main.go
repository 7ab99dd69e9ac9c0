// Command client asks a server for an address, its zones and two refusals, through the
// package that oapi-codegen makes of openapi.json: client URL TOKEN ADDRESS.
package main

import (
	"context"
	"fmt"
	"net/http"
	"os"

	"client/perimetre"
)

func main() {
	if err := ask(context.Background(), os.Args[1], os.Args[2], os.Args[3]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func ask(ctx context.Context, server, token, address string) error {
	open, err := perimetre.NewClientWithResponses(server)
	if err != nil {
		return err
	}
	zonings := "qpv"
	found, err := open.SearchWithResponse(ctx, &perimetre.SearchParams{Q: address, Zonages: &zonings})
	if err != nil {
		return err
	}
	if found.JSON200 == nil || len(found.JSON200.Features) == 0 {
		return fmt.Errorf("search: %s: %s", found.Status(), found.Body)
	}
	place := found.JSON200.Features[0]
	fmt.Println("address", place.Properties.Id)
	fmt.Println("qpv", *place.Properties.QpvStatut)

	bad, err := open.SearchWithResponse(ctx, &perimetre.SearchParams{Q: " "})
	if err != nil {
		return err
	}
	if bad.JSON400 == nil {
		return fmt.Errorf("search: %s: %s", bad.Status(), bad.Body)
	}
	fmt.Println("refused", bad.JSON400.Code)

	at := perimetre.ZonesParams{Lon: place.Geometry.Coordinates[0], Lat: place.Geometry.Coordinates[1]}
	closed, err := open.ZonesWithResponse(ctx, &at)
	if err != nil {
		return err
	}
	if closed.JSON401 == nil {
		return fmt.Errorf("zones: %s: %s", closed.Status(), closed.Body)
	}
	fmt.Println("refused", closed.JSON401.Code)

	signed, err := perimetre.NewClientWithResponses(server, perimetre.WithRequestEditorFn(func(_ context.Context, r *http.Request) error {
		r.Header.Set("Authorization", "Bearer "+token)
		return nil
	}))
	if err != nil {
		return err
	}
	zones, err := signed.ZonesWithResponse(ctx, &at)
	if err != nil {
		return err
	}
	if zones.JSON200 == nil {
		return fmt.Errorf("zones: %s: %s", zones.Status(), zones.Body)
	}
	fmt.Println("commune", zones.JSON200.Commune.Code)
	return nil
}
