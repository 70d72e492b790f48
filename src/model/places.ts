/**
 * Raster place of each grouped row: the g×g raster is cut into w×w windows in raster order, tokens inside a
 * window in raster order as well (paper: groups of the latent interface).
 */
export function groupedPlaces(grid: number, window: number): number[] {
  const places: number[] = [];
  for (let top = 0; top < grid; top += window) {
    for (let left = 0; left < grid; left += window) {
      for (let r = 0; r < window; r++) {
        for (let c = 0; c < window; c++) places.push((top + r) * grid + left + c);
      }
    }
  }
  return places;
}
