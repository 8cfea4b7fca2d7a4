package main

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
)

// A template that fails leaves half a page, with status 200.
func TestEveryPageOfTheShopIsWhole(t *testing.T) {
	shop := newShop(options{shop: "localhost:1", rum: "localhost:2", view: "localhost:3", metrics: "localhost:4"})
	for path, want := range map[string]string{
		"/": "Cook where the road ends", "/product/kettle": "Add to cart", "/product/kettle/reviews": "Add to cart", "/checkout": "Place order",
		"/thanks": `href="http://localhost:4/metrics"`, "/nowhere": "There is nothing here", "/product/none": "There is nothing here",
	} {
		recorder := httptest.NewRecorder()
		shop.ServeHTTP(recorder, httptest.NewRequest(http.MethodGet, path, http.NoBody))
		body := recorder.Body.String()
		assert.Contains(t, body, want, path)
		assert.Contains(t, body, `href="http://localhost:3/"`, path+" has no link to the live page")
		assert.Contains(t, body, `data-endpoint="http://localhost:2/v1/rum"`, path)
		assert.Contains(t, body, "</html>", path+" breaks off")
	}
}
