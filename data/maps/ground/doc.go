// Package ground draws what lies under the zones: a deployer's own archive of vector
// tiles, or a skeleton made of the pack alone, streets through their numbers and names of
// places. The skeleton has no water, rail or building: a pack holds none.
package ground
