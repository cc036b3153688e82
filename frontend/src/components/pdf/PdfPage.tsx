import { TextLayer } from 'pdfjs-dist';
import { useEffect, useRef, useState } from 'react';
import { useIntl } from 'react-intl';
import type { Pdf } from './engine';
import classes from './PdfViewer.module.css';

type Props = { pdf: Pdf; number: number; scale: number };

const MAX_PIXELS = 16_000_000;
const AHEAD = '500px 0px';

/** One page: drawn when it comes near the window, with its text above it to select and to read out. */
export function PdfPage({ pdf, number, scale }: Props) {
  const intl = useIntl();
  const frame = useRef<HTMLDivElement>(null);
  const canvasPlace = useRef<HTMLDivElement>(null);
  const textPlace = useRef<HTMLDivElement>(null);
  const [isNear, setNear] = useState(number === 1);
  const [size, setSize] = useState(pdf.size);

  useEffect(() => {
    if (!frame.current) return undefined;
    const options = { rootMargin: AHEAD, scrollMargin: AHEAD };
    const observer = new IntersectionObserver((entries) => {
      if (entries.some((entry) => entry.isIntersecting)) setNear(true);
    }, options);
    observer.observe(frame.current);
    return () => observer.disconnect();
  }, []);

  useEffect(() => {
    if (!isNear) return undefined;
    let cancel: () => void = () => undefined;
    let isGone = false;
    const draw = async () => {
      const page = await pdf.document.getPage(number);
      if (isGone) return;
      const natural = page.getViewport({ scale: 1 });
      setSize({ width: natural.width, height: natural.height });
      const viewport = page.getViewport({ scale });
      const canvas = document.createElement('canvas');
      const limit = Math.sqrt(MAX_PIXELS / (viewport.width * viewport.height));
      const density = Math.min(window.devicePixelRatio || 1, limit);
      canvas.width = Math.floor(viewport.width * density);
      canvas.height = Math.floor(viewport.height * density);
      canvas.className = classes.canvas ?? '';
      const transform = density === 1 ? undefined : [density, 0, 0, density, 0, 0];
      const rendering = page.render({ canvas, viewport, ...(transform ? { transform } : {}) });
      const container = document.createElement('div');
      const source = page.streamTextContent({ includeMarkedContent: false });
      const text = new TextLayer({ textContentSource: source, container, viewport });
      cancel = () => {
        rendering.cancel();
        text.cancel();
      };
      await Promise.all([rendering.promise, text.render()]);
      // The former drawing stays until the new one is complete: zooming never flashes white.
      canvasPlace.current?.replaceChildren(canvas);
      container.className = classes.text ?? '';
      textPlace.current?.replaceChildren(container);
    };
    // A rendering that was cancelled rejects; whatever else fails leaves a white page and the links.
    draw().catch(() => undefined);
    return () => {
      isGone = true;
      cancel();
    };
  }, [pdf, number, scale, isNear]);

  return (
    <section
      ref={frame}
      aria-label={intl.formatMessage({ id: 'pdf.page' }, { number, total: pdf.document.numPages })}
      className={classes.page}
      data-page={number}
      style={{
        width: Math.floor(size.width * scale),
        height: Math.floor(size.height * scale),
        ['--total-scale-factor' as string]: scale,
        ['--scale-round-x' as string]: '1px',
        ['--scale-round-y' as string]: '1px',
      }}
    >
      <div ref={canvasPlace} aria-hidden />
      <div ref={textPlace} />
    </section>
  );
}
