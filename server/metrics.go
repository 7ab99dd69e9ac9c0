package server

import (
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// metrics counts requests by route, never by path.
type metrics struct {
	registry *prometheus.Registry
	handler  http.Handler
	requests *prometheus.CounterVec
	duration *prometheus.HistogramVec
	flying   prometheus.Gauge
	rows     prometheus.Counter
}

// newMetrics starts the counters; pack gives the id of the pack in service.
func newMetrics(pack func() string) *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "perimetre_http_requests_total", Help: "Requests by route and status."}, []string{"route", "status"}),
		duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "perimetre_http_request_seconds", Help: "Time to answer, by route.",
			Buckets: []float64{.0005, .001, .0025, .005, .01, .02, .05, .1, .25, 1, 5, 30, 120}}, []string{"route"}),
		flying: prometheus.NewGauge(prometheus.GaugeOpts{Name: "perimetre_http_requests_in_flight", Help: "Requests being answered."}),
		rows:   prometheus.NewCounter(prometheus.CounterOpts{Name: "perimetre_job_rows_total", Help: "Rows of people flagged by jobs."}),
	}
	m.registry.MustRegister(m.requests, m.duration, m.flying, packInfo{prometheus.NewDesc("perimetre_pack_info", "Pack in service.", []string{"pack"}, nil), pack}, m.rows, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	m.handler = promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
	return m
}

// begin counts a request that begins; what it gives counts its end.
func (m *metrics) begin() func(route, method string, status int, took time.Duration) {
	m.flying.Inc()
	return func(route, method string, status int, took time.Duration) {
		m.flying.Dec()
		m.requests.WithLabelValues(route, strconv.Itoa(status)).Inc()
		m.duration.WithLabelValues(route).Observe(took.Seconds())
	}
}

// packInfo tells the pack in service at the time of each reading.
type packInfo struct {
	desc *prometheus.Desc
	id   func() string
}

// Describe implements prometheus.Collector.
func (p packInfo) Describe(to chan<- *prometheus.Desc) { to <- p.desc }

// Collect implements prometheus.Collector.
func (p packInfo) Collect(to chan<- prometheus.Metric) {
	to <- prometheus.MustNewConstMetric(p.desc, prometheus.GaugeValue, 1, p.id())
}

func (m *metrics) serve(w http.ResponseWriter, r *http.Request) error {
	m.handler.ServeHTTP(w, r)
	return nil
}
