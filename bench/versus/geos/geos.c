/* Points in polygons with GEOS alone: a tree of boxes, prepared polygons. It reads the
 * counts of polygons and points, each ring, each point, and prints the points inside and
 * the seconds that tree and questions took. */
#include <geos_c.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static const GEOSPreparedGeometry **prepared;
static const GEOSGeometry *asked;
static long hits;

static void say(const char *fmt, ...) { va_list a; va_start(a, fmt); vfprintf(stderr, fmt, a); va_end(a); fputc('\n', stderr); }
static void each(void *item, void *unused) { (void)unused; if (GEOSPreparedContains(prepared[(intptr_t)item - 1], asked) == 1) hits++; }
static void need(size_t got, size_t want) { if (got != want) { fprintf(stderr, "input cut short\n"); exit(1); } }
static double now(void) { struct timespec t; clock_gettime(CLOCK_MONOTONIC, &t); return t.tv_sec + t.tv_nsec / 1e9; }

int main(int argc, char **argv) {
	if (argc != 2) return 2;
	initGEOS(say, say);
	FILE *in = fopen(argv[1], "rb");
	if (!in) return 1;
	uint32_t shapes, points, n;
	need(fread(&shapes, 4, 1, in), 1);
	need(fread(&points, 4, 1, in), 1);
	GEOSGeometry **shape = malloc(shapes * sizeof *shape);
	double xy[2];
	for (uint32_t i = 0; i < shapes; i++) {
		need(fread(&n, 4, 1, in), 1);
		GEOSCoordSequence *s = GEOSCoordSeq_create(n, 2);
		for (uint32_t k = 0; k < n; k++) {
			need(fread(xy, 8, 2, in), 2);
			GEOSCoordSeq_setX(s, k, xy[0]);
			GEOSCoordSeq_setY(s, k, xy[1]);
		}
		shape[i] = GEOSGeom_createPolygon(GEOSGeom_createLinearRing(s), NULL, 0);
	}
	GEOSGeometry **point = malloc(points * sizeof *point);
	for (uint32_t i = 0; i < points; i++) {
		need(fread(xy, 8, 2, in), 2);
		point[i] = GEOSGeom_createPointFromXY(xy[0], xy[1]);
	}
	double start = now();
	prepared = malloc(shapes * sizeof *prepared);
	GEOSSTRtree *tree = GEOSSTRtree_create(10);
	for (uint32_t i = 0; i < shapes; i++) {
		prepared[i] = GEOSPrepare(shape[i]);
		GEOSSTRtree_insert(tree, shape[i], (void *)(intptr_t)(i + 1));
	}
	for (uint32_t i = 0; i < points; i++) {
		asked = point[i];
		GEOSSTRtree_query(tree, asked, each, NULL);
	}
	printf("%ld %.6f\n", hits, now() - start);
	return 0;
}
