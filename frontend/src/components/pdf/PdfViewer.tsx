import { useElementSize } from '@mantine/hooks';
import { IconFileAlert } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { FormattedMessage } from 'react-intl';
import { Message } from '../Message';
import { PageSkeleton } from '../PageSkeleton';
import { openPdf, type Pdf } from './engine';
import { PdfPage } from './PdfPage';
import { PdfToolbar } from './PdfToolbar';
import classes from './PdfViewer.module.css';

type Props = { url: string; label: string };

const STEP = 1.2;
const SMALLEST = 0.3;
const LARGEST = 5;
const PADDING = 32;

export function PdfViewer({ url, label }: Props) {
  const [pdf, setPdf] = useState<Pdf | null>(null);
  const [failed, setFailed] = useState(false);
  const [zoom, setZoom] = useState<number | 'width'>('width');
  const [page, setPage] = useState(1);
  const { ref: measured, width } = useElementSize();
  const scroller = useRef<HTMLElement>(null);

  useEffect(() => {
    setPdf(null);
    setFailed(false);
    const loading = openPdf(url);
    let isGone = false;
    loading.pdf.then(
      (opened) => !isGone && setPdf(opened),
      () => !isGone && setFailed(true),
    );
    return () => {
      isGone = true;
      loading.destroy();
    };
  }, [url]);

  if (failed) {
    return (
      <div className={classes.viewer} data-failed>
        <Message
          icon={<IconFileAlert size={24} stroke={1.6} />}
          title={<FormattedMessage id="pdf.failed_title" />}
        >
          <p>
            <a href={url} target="_blank" rel="noreferrer">
              <FormattedMessage id="pdf.failed_link" />
            </a>
          </p>
        </Message>
      </div>
    );
  }

  const fit = pdf && width > 0 ? (width - PADDING) / pdf.size.width : 1;
  const scale = Math.min(LARGEST, Math.max(SMALLEST, zoom === 'width' ? fit : zoom));
  const goTo = (number: number) => {
    const target = scroller.current?.querySelector(`[data-page="${number}"]`);
    target?.scrollIntoView({ block: 'start' });
    setPage(number);
  };
  const noteScroll = () => {
    const box = scroller.current?.getBoundingClientRect();
    if (!box) return;
    const middle = box.top + Math.min(box.height, window.innerHeight) / 3;
    const pages = [...(scroller.current?.querySelectorAll<HTMLElement>('[data-page]') ?? [])];
    const current = pages.findLast((item) => item.getBoundingClientRect().top <= middle);
    setPage(Number(current?.dataset.page ?? 1));
  };

  return (
    <div className={classes.viewer}>
      <PdfToolbar
        page={page}
        pages={pdf?.document.numPages ?? null}
        scale={scale}
        fitsWidth={zoom === 'width'}
        url={url}
        onPage={goTo}
        onZoom={(direction) => setZoom(scale * (direction > 0 ? STEP : 1 / STEP))}
        onFit={() => setZoom('width')}
      />
      <section
        ref={scroller}
        className={classes.scroller}
        aria-label={label}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region is reached by keyboard.
        tabIndex={0}
        onScroll={noteScroll}
      >
        <div ref={measured} className={classes.pages}>
          {!pdf && (
            <div className={classes.blank}>
              <PageSkeleton lines={9} />
            </div>
          )}
          {pdf &&
            width > 0 &&
            Array.from({ length: pdf.document.numPages }, (_, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a page is its number.
              <PdfPage key={index + 1} pdf={pdf} number={index + 1} scale={scale} />
            ))}
        </div>
      </section>
    </div>
  );
}
