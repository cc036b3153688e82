import { FormattedMessage } from 'react-intl';
import { fileUrl } from '../../../api/client';
import type { DocumentDetail } from '../queries';
import classes from './DetailHeader.module.css';
import { DownloadMenu } from './DownloadMenu';

type Props = { document: DocumentDetail };

export function DetailHeader({ document }: Props) {
  return (
    <>
      <div className={classes.header}>
        <div className={classes.names}>
          <p className={classes.kind}>
            <FormattedMessage id={`kind.${document.kind}`} />
          </p>
          <h1 className={classes.number}>{document.number}</h1>
          {document.title && <p className={classes.title}>{document.title}</p>}
        </div>
        <div className={classes.actions}>
          {document.files.includes('pdf') && (
            <a
              className={classes.open}
              href={fileUrl(document.id, 'pdf', true)}
              target="_blank"
              rel="noreferrer"
            >
              <FormattedMessage id="pdf.open_short" />
            </a>
          )}
          <DownloadMenu document={document} />
        </div>
      </div>
      {document.state !== 'published' && (
        <p role="note" className={classes.state}>
          <FormattedMessage id={`detail.state_${document.state}`} />
        </p>
      )}
    </>
  );
}
